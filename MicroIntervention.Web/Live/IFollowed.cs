namespace MicroIntervention.Web.Live;

/// <summary>Something that changes and can nudge a page.</summary>
public interface IFollowed
{
    /// <summary>Calls <paramref name="nudge"/> after each change, on whatever thread changed it; it must not wait or throw.</summary>
    /// <returns>Dispose to stop.</returns>
    IDisposable Subscribe(Action nudge);
}
