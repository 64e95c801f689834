/** The answer to a prompt that is blocked. */
import type { ErrorDetails } from '@wintergate/core';

/** Names the category and the place, and no rule: whoever probes learns no more than that. */
export function refusalOf(category: string, path: string): ErrorDetails {
  return {
    status: 400,
    type: 'invalid_request_error',
    code: 'prompt_blocked',
    message: `The prompt was blocked: ${category.replaceAll('-', ' ')}`,
    param: path,
    retry: false,
  };
}
