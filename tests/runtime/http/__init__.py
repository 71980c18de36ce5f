"""The HTTP side of a service, against the ASGI application and once over a socket."""
