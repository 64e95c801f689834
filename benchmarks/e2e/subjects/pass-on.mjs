export async function passOn(request, upstream) {
  const { pathname, search } = new URL(request.url);
  const { body, status, headers } = await fetch(new Request(upstream + pathname + search, request));
  const reader = body.getReader();
  const source = {
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  };
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), { status, headers });
}
