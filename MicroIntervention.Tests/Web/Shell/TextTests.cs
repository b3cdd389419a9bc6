using System.Text.RegularExpressions;
using System.Xml.Linq;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Web.Shell;

public sealed partial class TextTests
{
    [Fact]
    public void Pages_EveryTextKey_IsInTheResources()
    {
        var web = WebFolder();
        var known = XDocument.Load(Path.Combine(web, "Resources", "ConsoleText.resx")).Root!.Elements("data").Select(data => data.Attribute("name")!.Value).ToHashSet();
        var missing = new List<string>();
        foreach (var file in Directory.EnumerateFiles(web, "*.*", SearchOption.AllDirectories).Where(IsSource))
        {
            foreach (Match match in Key().Matches(File.ReadAllText(file)))
            {
                var key = match.Groups[1].Value;
                // A key that ends in a dot is completed at run time; something must start with it.
                if (key.EndsWith('.') ? !known.Any(name => name.StartsWith(key, StringComparison.Ordinal)) : !known.Contains(key))
                {
                    missing.Add($"{Path.GetFileName(file)}: {key}");
                }
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void Signals_EveryKind_IsSaidInWords()
    {
        var texts = XDocument.Load(Path.Combine(WebFolder(), "Resources", "ConsoleText.resx")).Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);
        Assert.All(Enum.GetValues<SignalKind>(), kind => Assert.NotEqual(kind.ToString(), texts["Signal." + kind]));
    }

    [Fact]
    public void Styles_OutsideTokens_NameNoColour()
    {
        var root = Path.GetDirectoryName(WebFolder())!;
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(WebFolder(), "*.razor.css", SearchOption.AllDirectories).Append(Path.Combine(root, "wwwroot", "css", "console.css")))
        {
            if (!file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && Colour().IsMatch(File.ReadAllText(file)))
            {
                wrong.Add(Path.GetFileName(file) + ": " + Colour().Match(File.ReadAllText(file)).Value);
            }
        }

        Assert.Empty(wrong);
    }

    private static bool IsSource(string file) =>
        (file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)) &&
        !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static string WebFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MicroIntervention.sln")))
            {
                return Path.Combine(at.FullName, "MicroIntervention.Web");
            }
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex("\\bText\\[(?:[A-Za-z_.]+ \\? )?\"([A-Za-z.]+)\"")]
    private static partial Regex Key();

    [GeneratedRegex("#[0-9a-fA-F]{3,8}\\b(?![-a-z])|rgba?\\(|hsla?\\(")]
    private static partial Regex Colour();
}
