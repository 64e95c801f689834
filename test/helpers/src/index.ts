/** @module What tests share. Node only; nothing of it is published. */
export { findPrograms } from './find-program.ts';
export { freePort } from './free-port.ts';
export { clusterVersion, type RedisCluster, startRedisCluster } from './redis-cluster.ts';
export { findRedis, type RedisServer, startRedis } from './redis-server.ts';
export { type RequireOptions, reportNotRun, reportRan, requireOrSkip } from './report.ts';
export { type Server, type ServerOptions, spawnServer } from './spawn-server.ts';
export { type StageOptions, stagePackages } from './stage-packages.ts';
export { startUpstashFront, type UpstashFront, type UpstashFrontOptions } from './upstash-front.ts';
export {
  type Recorded,
  type Route,
  type ScriptedUpstream,
  startUpstream,
  type UpstreamOptions,
} from './upstream.ts';
