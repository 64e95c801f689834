/**
 * Credentials that their issuers made recognisable: a fixed prefix, an alphabet and a least
 * length, from the issuers' own documentation.
 */
import { BASE64, DIGIT, HEX, LETTER, UPPER, URL64, WORD } from './characters.ts';

export interface SecretPattern {
  readonly name: string;
  readonly prefix: string;
  /** Classes of the characters after the prefix. */
  readonly classes: number;
  /** Characters after the prefix that the verdict needs. */
  readonly length: number;
  /** No further character of a word may follow. */
  readonly exact: boolean;
  /** Least number of digits in those characters: tells a key from joined words, unless its capitals do. */
  readonly digits: number;
}

const ALNUM = LETTER | DIGIT;

/** Longer prefixes of the same beginning come first. */
export const secretPatterns: readonly SecretPattern[] = /* @__PURE__ */ createPatterns([
  ['anthropic-key', 'sk-ant-', URL64, 32],
  ['openai-key', 'sk-proj- sk-svcacct- sk-admin-', URL64, 32],
  ['openrouter-key', 'sk-or-v1-', HEX, 40],
  ['langfuse-key', 'sk-lf-', URL64, 36],
  ['openai-key', 'sk-', ALNUM, 32],
  ['stripe-key', 'sk_live_ rk_live_ sk_test_ rk_test_', ALNUM, 16, 0],
  ['stripe-webhook-secret', 'whsec_', BASE64, 32, 0],
  ['aws-access-key', 'AKIA ASIA ABIA ACCA', UPPER | DIGIT, 16, 0, true],
  ['github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', ALNUM, 36, 0],
  ['github-token', 'github_pat_', WORD, 40],
  ['gitlab-token', 'glpat- gldt- glrt- glptt- glsoat-', URL64, 20, 0],
  ['slack-token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xapp-', URL64, 24],
  ['google-key', 'AIza', URL64, 35, 0],
  ['google-token', 'ya29.', URL64, 40],
  ['google-secret', 'GOCSPX-', URL64, 28, 0],
  ['huggingface-token', 'hf_', ALNUM, 30, 0],
  ['groq-key', 'gsk_', ALNUM, 40],
  ['xai-key', 'xai-', ALNUM, 40],
  ['perplexity-key', 'pplx-', ALNUM, 32],
  ['replicate-token', 'r8_', ALNUM, 32],
  ['npm-token', 'npm_', ALNUM, 36, 0],
  ['pypi-token', 'pypi-AgE', URL64, 40, 0],
  ['digitalocean-token', 'dop_v1_ doo_v1_', HEX, 40],
  ['shopify-token', 'shpat_ shpca_ shppa_ shpss_', HEX, 32],
  ['databricks-token', 'dapi', HEX, 32],
  ['vault-token', 'hvs. hvb.', URL64, 24, 0],
  ['notion-token', 'ntn_', ALNUM, 40],
  ['linear-key', 'lin_api_', ALNUM, 32],
  ['supabase-token', 'sbp_', HEX, 40],
  ['nvidia-key', 'nvapi-', URL64, 60],
  ['cerebras-key', 'csk-', ALNUM, 40],
  ['together-key', 'tgp_v1_', URL64, 40],
  ['fireworks-key', 'fw_', ALNUM, 22],
  ['elevenlabs-key', 'sk_', HEX, 40],
  ['tavily-key', 'tvly-', URL64, 24],
  ['pinecone-key', 'pcsk_', WORD, 40],
  ['langsmith-key', 'lsv2_pt_ lsv2_sk_', HEX, 32],
  ['sendgrid-key', 'SG.', URL64, 20],
  ['twilio-key', 'SK', HEX, 32, 1, true],
  ['mailgun-key', 'key-', HEX, 32, 1, true],
  ['brevo-key', 'xkeysib- xsmtpsib-', HEX, 64],
  ['slack-webhook', 'hooks.slack.com/services/', BASE64, 40],
  ['notion-token', 'secret_', ALNUM, 43],
  ['figma-token', 'figd_ figdr_', URL64, 40],
  ['docker-token', 'dckr_pat_ dckr_oat_', URL64, 20],
  ['postman-key', 'PMAK-', HEX, 24],
  ['sentry-token', 'sntrys_ sntryu_', BASE64, 40],
  ['newrelic-key', 'NRAK-', UPPER | DIGIT, 27],
  ['grafana-token', 'glsa_ glc_', WORD | BASE64, 32],
  ['sonar-token', 'squ_ sqp_ sqa_', HEX, 40],
  ['doppler-token', 'dp.pt. dp.st. dp.ct. dp.sa.', ALNUM, 40],
  ['planetscale-token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', URL64, 32],
  ['neon-key', 'napi_', ALNUM, 60],
  ['fly-token', 'fm1r_ fm2_', BASE64, 40],
  ['heroku-key', 'HRKU-', URL64, 36],
  ['vercel-token', 'vercel_blob_rw_', WORD, 30],
  ['atlassian-token', 'ATATT3 ATCTT3', URL64, 60],
  ['artifactory-key', 'AKCp', ALNUM, 60],
  ['circleci-token', 'CCIPAT_ CCIPRJ_', WORD, 40],
  ['buildkite-token', 'bkua_', HEX, 40],
  ['rubygems-key', 'rubygems_', HEX, 48],
  ['typeform-token', 'tfp_', URL64, 40],
  ['square-token', 'sq0atp- sq0csp-', URL64, 22],
  ['alibaba-key', 'LTAI', ALNUM, 20, 1, true],
  ['tencent-key', 'AKID', ALNUM, 32, 1, true],
  ['age-key', 'AGE-SECRET-KEY-1', UPPER | DIGIT, 58],
  // The base64 of `{"alg":`, `{"typ":`, `{"kid":`, `{"cty":`, `{"enc":`, `{"x5t":` and `{ "alg":`.
  ['jwt', 'eyJhbGciO eyJ0eXAiO eyJraWQiO eyJjdHkiO eyJlbmMiO eyJ4NXQiO eyAiYWxnI', URL64, 10, 0],
]);

function createPatterns(
  rows: readonly (readonly [string, string, number, number, number?, boolean?])[],
): readonly SecretPattern[] {
  return rows.flatMap(([name, prefixes, classes, length, digits = 1, exact = false]) =>
    prefixes.split(' ').map((prefix) => ({ name, prefix, classes, length, exact, digits })),
  );
}
