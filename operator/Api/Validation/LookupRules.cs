using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.Validation;

internal static class LookupRules
{
    private const string AwsSecret = "/aws/reference/secretsmanager/";

    public static void Check(ErrorList errors, IReadOnlyList<Lookup> lookups, string path)
    {
        errors.Unique(lookups.Select(l => l.Name), path, "name");
        for (var i = 0; i < lookups.Count; i++) Check(errors, lookups[i], $"{path}[{i}]");
    }

    public static void Check(ErrorList errors, Lookup lookup, string path)
    {
        ChoiceRules.Check(errors, lookup, path);
        DurationRules.Positive(errors, lookup.Timeout, $"{path}.timeout");
        CheckUrl(errors, lookup.Http?.Url, $"{path}.http.url");
        CheckUrl(errors, lookup.Checksum?.Url, $"{path}.checksum.url");
        errors.Require(
            lookup.Sensitive || lookup.Aws?.Parameter?.StartsWith(AwsSecret, StringComparison.Ordinal) != true, $"{path}.sensitive",
            $"must be true: {AwsSecret}… is a secret of Secrets Manager");
        foreach (var name in lookup.Http?.Headers.Keys ?? [])
        {
            var isName = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
            errors.Require(isName, $"{path}.http.headers.{name}", "is not a header's name: use letters, digits and -");
        }

        if (lookup.Select is not { } select) return;
        try
        {
            var checker = new Checker(new Scope { Names = new Dictionary<string, ExpressionType>(), HasTime = false }.With(SyntaxNames.Self, ExpressionType.Any));
            checker.Check(BareExpression.Parse(select));
            foreach (var error in checker.Errors) errors.Add($"{path}.select", $"column {error.Column}: {(error.Unknown is not null ? "select knows self only, what was found: write for example self.version" : error.Message)}");
        }
        catch (ExpressionException e)
        {
            errors.Add($"{path}.select", $"column {Math.Max(1, e.Column)}: {e.Message}");
        }
    }

    private static void CheckUrl(ErrorList errors, string? url, string path)
    {
        if (url is null || url.Contains("$(", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0) errors.Add(path, $"\"{SchemaText.Short(url)}\" is not a URL: write for example https://images.example.com/SHA256SUMS");
        else errors.Require(uri.UserInfo.Length == 0, path, "has a user or password in it, which status and logs would show: use headers");
    }
}
