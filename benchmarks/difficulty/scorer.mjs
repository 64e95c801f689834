// The router's scorer as users get it.
import { difficultyOf } from '@wintergate/router';
import { openaiChat } from '@wintergate/wire';

const url = new URL('http://gateway.test/v1/chat/completions');

/** The score of a call with this one message. */
export function scoreOf(content) {
  const body = { model: 'm', messages: [{ role: 'user', content }] };
  return difficultyOf(openaiChat.readCall(body, 'chat', url)).score;
}
