using System.Net;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Finds a host's addresses; blocks. The seam through which tests make a name point anywhere.</summary>
/// <exception cref="System.Net.Sockets.SocketException">The name is not known.</exception>
public delegate IPAddress[] HostResolver(string host);
