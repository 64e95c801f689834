/**
 * The words that injection rules speak of, by class. English first; the classes of direct
 * override and leak also in German, French, Spanish, Portuguese, Italian, Dutch, Russian, Chinese,
 * those of override in eleven more.
 */
export const lexicon: Readonly<Record<string, string>> = {
  // Setting instructions aside.
  DROP:
    'ignore ignoring ignored disregard disregarding forget forgetting override overriding overrule bypass bypassing neglect discard dismiss circumvent nullify abandon supersede supersedes erase ' +
    'ignoriere ignorieren vergiss vergessen missachte missachten ignorez oublie oubliez oublier ignora ignorar olvida olvide olvidar olvidad esqueca esquecer desconsidere dimentica dimenticare ignorare negeer vergeet ' +
    'игнорируи игнорируите игнорировать забудь забудьте ігноруй ігноруйте zignoruj zapomnij ignoruj zapomen ignorera glom ignorer abaikan lupakan تجاهل انس 忽略 无视 忘记 忘掉 無視',
  // The same where it stands last.
  LAST: '忽略 无视 無視 忘れて 무시하고 무시해 무시하세요 무시하십시오 잊어버려 unut gormezden अनदेखा',
  PRIOR:
    'previous previously prior preceding above earlier foregoing aforementioned before past ' +
    'vorangehenden vorherigen vorherige vorigen obigen bisherigen vorangegangenen davor precedentes precedents precedente anteriores anterior previas precedenti vorige предыдущие предыдущих попередні poprzednie poprzednich predchozi tidigare tidligere sebelumnya onceki السابقة السابق पिछले 이전 이전의 위의 以前 上記 上述 之前 以上 前面 先前 此前',
  ALL: 'all any every everything alle alles toutes tous tout todas todos todo tutte tutti все всe усі wszystkie wszystkich vsechny alla semua tum جميع كل सभी 모든 すべて すべての 所有 一切',
  YOUR: 'your yours deine deinen deinem ihre ihren vos tes votre tus sus seus suas tuo tua tuoi tue jouw uw твои ваши 你的',
  ARTICLE: 'a an for',
  MY: 'my our mine meine meinen mes mi mis minha meu i',
  // What a model is told by those who run it.
  CORE:
    'instruction instructions prompt prompts directive directives guideline guidelines programming systemprompt ' +
    'anweisung anweisungen instruktion instruktionen consignes instrucciones instruccion instrucoes istruzioni instructies инструкции инструкция указания інструкції вказівки instrukcje instrukcji polecenia instrukce instruktioner instruksjoner instruksi perintah talimatlari talimatlar التعليمات الأوامر निर्देश 지시 지시를 지시사항을 지침을 명령을 프롬프트 프롬프트를 システムプロンプト システムプロンプトを 指令 指示 提示词 提示',
  RULE: 'rule rules guardrails training command commands restriction restrictions constraint constraints policy policies safeguards protocols limitations filters regeln befehle vorgaben regles reglas ordenes regras regole правила 规则 限制',
  SYSTEM:
    'system hidden secret initial initially original starting internal developer preprompt base underlying beginning confidential concealed 시스템 系统 系統 隐藏',
  MESSAGE: 'message messages text configuration config settings context setup conversation words',
  // Asking for what stands before.
  REVEAL:
    'reveal show print output display repeat tell give share disclose expose leak dump recite list echo return provide paste copy write say state summarize translate encode describe quote include append ' +
    'convert turn spell rewrite zeige zeig sag sage schreibe schreib dis ecris escribe scrivi mostreme nenne verrate wiederhole montre affiche repete revele revelez revela muestra muestrame repite mostra mostre ripeti toon покажи повтори 显示 输出 重复 告诉 透露',
  REPEAT:
    'repeat recite echo output print reprint copy dump regurgitate paste spit return display show translate wiederhole repite repete ripeti',
  WHAT: 'what whats which',
  TOLD: 'told given instructed provided programmed',
  GONE: 'cancelled canceled revoked void invalid obsolete deleted erased overridden ignored disregarded suspended lifted superseded removed expired optional exist existed written',
  YOU: 'you youve u du sie tu vous usted',
  NEW: 'new updated neue neuen nouvelles nuevas novas nuove новые',
  TASK: 'task tasks order orders objective goal role mission aufgabe aufgaben auftrage tache tarea',
  // Another self.
  BECOME: 'act pretend roleplay simulate imagine become behave respond answer reply speak talk',
  NOLIMIT:
    'no without any free freed unbound unbounded beyond zero lacks ignore ignoring ignores bypass bypassing bypasses disregard disregarding violate violates broken break breaks avoid remove removed removing lift lifted disable disabled',
  NEG: 'not never no dont doesnt cannot cant wont without nor isnt arent didnt mustnt refuse refuses refusing',
  LIMIT:
    'restriction restrictions restricted limitation limitations limits limit filter filters guideline guidelines rules constraints censorship boundaries ethics ethical moral morals morality policy policies safeguards safety guardrails confines regulations censored',
  MAKER: 'openai openais anthropic ai chatgpt gpt llm model assistant',
  BAD: 'unethical illegal immoral amoral harmful offensive inappropriate dangerous explicit hateful unlawful malicious',
  UNBOUND:
    'unfiltered uncensored unrestricted unmoderated jailbroken jailbreak jailbreaking amoral immoral evil unhinged boundless',
  EVERY: 'any every all everything anything',
  REQUEST:
    'request requests question questions prompt prompts query queries order orders command commands',
  CHARACTER: 'character persona role',
  ENABLED: 'enabled activated unlocked engaged',
  AI: 'ai llm chatbot assistant gpt chatgpt copilot agent bot',
  // In third-party text.
  REPLY: 'response responses reply replies answer answers output',
  ALTER:
    'include add append insert integrate embed incorporate inject augment enhance modify alter rewrite replace substitute scramble jumble rearrange anagram misspell encode convert translate render group remove introduce suggest mention tease combine mix reverse provide',
  USER: 'user users human reader',
  HIDE: 'mention tell inform reveal disclose notify alert',
  // Talking about attacks rather than making one.
  CITE: 'injection injections jailbreak jailbreaks attack attacks attacker attackers phrase phrases phrasing detect detects detecting detection prevent prevents classify classifier regex keyword keywords string strings sanitize vulnerability vulnerabilities titled lyrics',
  REPORT:
    'told asked asks tells tries try trying attempts attempt attempting trick tricks tricked tricking wants telling asking contract agreement amendment clause lease',
  ASK: 'what how why does explain define explains which',
};
