using System.Text;
using ImageOperator.Controller.Hosting;
using Microsoft.Extensions.Configuration;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>What the operator makes of its file and its environment.</summary>
internal static class EffectiveSettings
{
    private const string Prefix = "IMAGEOPERATOR_";

    public static OperatorOptions Of(string file, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var variables = environment.Where(e => e.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(e => KeyValuePair.Create(e.Key[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), e.Value));
        var options = new OperatorOptions();
        new ConfigurationBuilder().AddJsonStream(stream).AddInMemoryCollection(variables).Build().Bind(options);
        return options;
    }
}
