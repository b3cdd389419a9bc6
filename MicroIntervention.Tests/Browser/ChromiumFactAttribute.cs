namespace MicroIntervention.Tests.Browser;

/// <summary>A fact that needs a real Chromium; skipped, with the reason in the report, where none is installed.</summary>
/// <remarks>The program is looked for at <see cref="ChromiumFixture.ExecutablePath"/>; the environment variable MI_CHROMIUM overrides it.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        // A browser that stops answering must fail its own test, not hold up the run.
        Timeout = 60_000;
        if (!File.Exists(ChromiumFixture.ExecutablePath))
        {
            Skip = $"No Chromium at {ChromiumFixture.ExecutablePath}: install it (Debian: apt-get install chromium) or point MI_CHROMIUM at one.";
        }
    }
}
