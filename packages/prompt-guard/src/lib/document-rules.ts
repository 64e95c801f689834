/** Instructions to the assistant in text of third parties. Rows are explained in `injection-rules.ts`. */
import type { RuleRow } from './injection-rules.ts';

export const documentRules: readonly RuleRow[] = [
  ['alter-reply', 2, 'ALTER ~8 YOUR|the ~1 REPLY'],
  ['in-your-reply', 2, 'in|throughout|within your REPLY ~8 ALTER|use|encourage|promote|recommend'],
  [
    'reply-as',
    2,
    'provide|give|render|write|present|format|respond ~2 your ~1 REPLY|message ~6 in|with|using|without',
  ],
  ['your-message', 1, 'ALTER ~6 your message|words'],
  ['letters-of-reply', 2, 'ALTER ~6 letters|vowels|words|word|keywords ~4 your REPLY|message'],
  ['to-the-ai', 2, 'dear|attention|note|notice|message|instructions|instruction|hey ~3 AI|model'],
  [
    'ai-must',
    2,
    'AI|model ~2 must|should|shall|needs ~4 ignore|respond|reply|answer|include|output|follow|send|forward',
  ],
  ['if-you-are-ai', 2, 'if ~2 you ~2 ai|llm|chatbot|assistant'],
  ['hide-from-user', 4, 'NEG ~2 HIDE ~5 USER'],
  [
    'without-telling',
    2,
    'without ~1 telling|informing|mentioning|notifying|alerting ~3 USER|anyone',
  ],
  [
    'when-summarizing',
    2,
    'when|while ~2 summarizing|summarising|processing|reading|analyzing ~4 include|add|respond|say|output|mention',
  ],

  [
    'code-into-reply',
    2,
    'ALTER|use|merge|leverage|adopt|enlist ~4 following|subsequent ~1 code ~5 YOUR ~1 REPLY|solution|code|implementation|elucidation|explanation',
  ],
];
