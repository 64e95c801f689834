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
  /** Least number of digits in those characters: tells a key from words joined by hyphens. */
  readonly digits: number;
}

const ALNUM = LETTER | DIGIT;

/** Longer prefixes of the same beginning come first. */
export const secretPatterns: readonly SecretPattern[] = /* @__PURE__ */ createPatterns([
  ['anthropic-key', 'sk-ant-', URL64, 32, 1],
  ['openai-key', 'sk-proj- sk-svcacct- sk-admin-', URL64, 32, 1],
  ['openrouter-key', 'sk-or-v1-', HEX, 40, 1],
  ['langfuse-key', 'sk-lf-', URL64, 36, 1],
  ['openai-key', 'sk-', ALNUM, 32, 1],
  ['stripe-key', 'sk_live_ rk_live_ sk_test_ rk_test_', ALNUM, 16],
  ['stripe-webhook-secret', 'whsec_', BASE64, 32],
  ['aws-access-key', 'AKIA ASIA ABIA ACCA', UPPER | DIGIT, 16, 0, true],
  ['github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', ALNUM, 36],
  ['github-token', 'github_pat_', WORD, 40, 1],
  ['gitlab-token', 'glpat- gldt- glrt- glptt- glsoat-', URL64, 20],
  ['slack-token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xapp-', URL64, 24, 1],
  ['google-key', 'AIza', URL64, 35],
  ['google-token', 'ya29.', URL64, 40, 1],
  ['google-secret', 'GOCSPX-', URL64, 28],
  ['huggingface-token', 'hf_', ALNUM, 30],
  ['groq-key', 'gsk_', ALNUM, 40, 1],
  ['xai-key', 'xai-', ALNUM, 40, 1],
  ['perplexity-key', 'pplx-', ALNUM, 32, 1],
  ['replicate-token', 'r8_', ALNUM, 32, 1],
  ['npm-token', 'npm_', ALNUM, 36],
  ['pypi-token', 'pypi-AgE', URL64, 40],
  ['digitalocean-token', 'dop_v1_ doo_v1_', HEX, 40, 1],
  ['shopify-token', 'shpat_ shpca_ shppa_ shpss_', HEX, 32, 1],
  ['databricks-token', 'dapi', HEX, 32, 1],
  ['vault-token', 'hvs. hvb.', URL64, 24],
  ['notion-token', 'ntn_', ALNUM, 40, 1],
  ['linear-key', 'lin_api_', ALNUM, 32, 1],
  ['supabase-token', 'sbp_', HEX, 40, 1],
  ['nvidia-key', 'nvapi-', URL64, 60, 1],
  ['cerebras-key', 'csk-', ALNUM, 40, 1],
  ['together-key', 'tgp_v1_', URL64, 40, 1],
  ['fireworks-key', 'fw_', ALNUM, 22, 1],
  ['elevenlabs-key', 'sk_', HEX, 40, 1],
  ['tavily-key', 'tvly-', URL64, 24, 1],
  ['pinecone-key', 'pcsk_', WORD, 40, 1],
  ['langsmith-key', 'lsv2_pt_ lsv2_sk_', HEX, 32, 1],
  ['sendgrid-key', 'SG.', URL64, 20, 1],
  ['twilio-key', 'SK', HEX, 32, 1, true],
  ['mailgun-key', 'key-', HEX, 32, 1, true],
  ['brevo-key', 'xkeysib- xsmtpsib-', HEX, 64, 1],
  ['slack-webhook', 'hooks.slack.com/services/', BASE64, 40, 1],
  ['notion-token', 'secret_', ALNUM, 43, 1],
  ['figma-token', 'figd_ figdr_', URL64, 40, 1],
  ['docker-token', 'dckr_pat_ dckr_oat_', URL64, 20, 1],
  ['postman-key', 'PMAK-', HEX, 24, 1],
  ['sentry-token', 'sntrys_ sntryu_', BASE64, 40, 1],
  ['newrelic-key', 'NRAK-', UPPER | DIGIT, 27, 1],
  ['grafana-token', 'glsa_ glc_', WORD | BASE64, 32, 1],
  ['sonar-token', 'squ_ sqp_ sqa_', HEX, 40, 1],
  ['doppler-token', 'dp.pt. dp.st. dp.ct. dp.sa.', ALNUM, 40, 1],
  ['planetscale-token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', URL64, 32, 1],
  ['neon-key', 'napi_', ALNUM, 60, 1],
  ['fly-token', 'fm1r_ fm2_', BASE64, 40, 1],
  ['heroku-key', 'HRKU-', URL64, 36, 1],
  ['vercel-token', 'vercel_blob_rw_', WORD, 30, 1],
  ['atlassian-token', 'ATATT3 ATCTT3', URL64, 60, 1],
  ['artifactory-key', 'AKCp', ALNUM, 60, 1],
  ['circleci-token', 'CCIPAT_ CCIPRJ_', WORD, 40, 1],
  ['buildkite-token', 'bkua_', HEX, 40, 1],
  ['rubygems-key', 'rubygems_', HEX, 48, 1],
  ['typeform-token', 'tfp_', URL64, 40, 1],
  ['square-token', 'sq0atp- sq0csp-', URL64, 22, 1],
  ['alibaba-key', 'LTAI', ALNUM, 20, 1, true],
  ['tencent-key', 'AKID', ALNUM, 32, 1, true],
  ['age-key', 'AGE-SECRET-KEY-1', UPPER | DIGIT, 58, 1],
  // The base64 of `{"alg":`, `{"typ":`, `{"kid":`, `{"cty":`, `{"enc":`, `{"x5t":` and `{ "alg":`.
  ['jwt', 'eyJhbGciO eyJ0eXAiO eyJraWQiO eyJjdHkiO eyJlbmMiO eyJ4NXQiO eyAiYWxnI', URL64, 10],
]);

function createPatterns(
  rows: readonly (readonly [string, string, number, number, number?, boolean?])[],
): readonly SecretPattern[] {
  return rows.flatMap(([name, prefixes, classes, length, digits = 0, exact = false]) =>
    prefixes.split(' ').map((prefix) => ({ name, prefix, classes, length, exact, digits })),
  );
}
