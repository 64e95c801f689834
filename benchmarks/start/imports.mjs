// All that a gateway of six imports on any host; nothing of Node's own transport.
export * from '@wintergate/core';
export * from '@wintergate/failover';
export * from '@wintergate/logger';
export * from '@wintergate/prompt-guard';
export * from '@wintergate/providers';
export * from '@wintergate/ratelimit';
export * from '@wintergate/router';
export * from '@wintergate/semantic-cache';
