using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageOperator.Testing.Servers;

/// <summary>This tree's CRDs and the operator's account and roles, as they are shipped.</summary>
internal static partial class Manifests
{
    public const string OperatorNamespace = "imageoperator-system";
    public const string OperatorAccount = "image-operator";

    private static readonly Dictionary<string, string> Plurals = new(StringComparer.Ordinal)
    {
        ["Namespace"] = "api/v1/namespaces",
        ["ServiceAccount"] = "api/v1/namespaces/{0}/serviceaccounts",
        ["CustomResourceDefinition"] = "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        ["ClusterRole"] = "apis/rbac.authorization.k8s.io/v1/clusterroles",
        ["ClusterRoleBinding"] = "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        ["Role"] = "apis/rbac.authorization.k8s.io/v1/namespaces/{0}/roles",
        ["RoleBinding"] = "apis/rbac.authorization.k8s.io/v1/namespaces/{0}/rolebindings",
    };

    public static async Task InstallAsync(HttpClient http, string repository)
    {
        await CreateAsync(http, $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {OperatorNamespace}}}\n");
        foreach (var folder in (string[])["crds", "config/rbac"])
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(repository, folder), "*.yaml").Order(StringComparer.Ordinal))
            {
                foreach (var document in Documents(await File.ReadAllTextAsync(file))) await CreateAsync(http, document);
            }
        }

        await Eventually.HoldsAsync(() => IsServedAsync(http), TimeSpan.FromSeconds(60));
    }

    /// <summary>A token as a pod of the operator has it.</summary>
    public static async Task<string> OperatorTokenAsync(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync(
            new Uri(http.BaseAddress!, $"api/v1/namespaces/{OperatorNamespace}/serviceaccounts/{OperatorAccount}/token"),
            new { apiVersion = "authentication.k8s.io/v1", kind = "TokenRequest", spec = new { expirationSeconds = 36000 } });
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("status").GetProperty("token").GetString()!;
    }

    private static IEnumerable<string> Documents(string text) =>
        Separator().Split(text).Where(d => Kind().IsMatch(d) && Plurals.ContainsKey(Kind().Match(d).Groups[1].Value));

    private static async Task CreateAsync(HttpClient http, string yaml)
    {
        var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, Plurals[Kind().Match(yaml).Groups[1].Value], OperatorNamespace);
        using var content = new StringContent(yaml, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml"));
        using var response = await http.PostAsync(new Uri(http.BaseAddress!, path), content);
        if (response.StatusCode != HttpStatusCode.Conflict && !response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await response.Content.ReadAsStringAsync()}");
    }

    private static async Task<bool> IsServedAsync(HttpClient http)
    {
        using var response = await http.GetAsync(new Uri(http.BaseAddress!, $"apis/{Api.GroupVersion.ApiVersion}/{Api.ImageBuilds.ImageBuild.PluralName}?limit=1"));
        return response.IsSuccessStatusCode;
    }

    [GeneratedRegex(@"^---.*$", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^kind:\s*(\w+)", RegexOptions.Multiline)]
    private static partial Regex Kind();
}
