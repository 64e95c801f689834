import { packageBuild } from '../../.scripts/lib/package-build.mjs';

export default packageBuild(import.meta.url);
