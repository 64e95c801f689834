// The least that a proxy does as a Worker: the same request to another host.
const upstream = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`;

export default {
  fetch(request) {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(upstream + pathname + search, request));
  },
};
