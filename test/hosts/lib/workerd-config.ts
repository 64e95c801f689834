/** A Worker in `app.mjs`, served on loopback. Cap'n Proto wants a space before the dot of a constant. */
export function workerdConfig(date: string, port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "main", worker = .app ),
    ( name = "internet", network = ( allow = ["public", "private"] ) ),
  ],
  sockets = [ ( name = "http", address = "127.0.0.1:${port}", http = (), service = "main" ) ],
);
const app :Workerd.Worker = (
  modules = [ ( name = "app.mjs", esModule = embed "app.mjs" ) ],
  compatibilityDate = "${date}",
);
`;
}
