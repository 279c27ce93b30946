using k8s;
using k8s.Models;

namespace ImageOperator.Chart.Tests.Cluster;

/// <summary>Asks the API server's authorizer, as <c>kubectl auth can-i --as</c> does, about everything that there is.</summary>
internal static class Rights
{
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    /// <summary>Ways to more rights, or into a pod, that discovery does not tell or that have verbs of their own.</summary>
    private static readonly (string Verb, string Group, string Resource)[] Special =
    [
        ("impersonate", "", "users"), ("impersonate", "", "groups"), ("impersonate", "", "serviceaccounts"), ("bind", "rbac.authorization.k8s.io", "roles"),
        ("bind", "rbac.authorization.k8s.io", "clusterroles"), ("escalate", "rbac.authorization.k8s.io", "roles"), ("escalate", "rbac.authorization.k8s.io", "clusterroles"),
        ("approve", "certificates.k8s.io", "signers"), ("sign", "certificates.k8s.io", "signers"), ("use", "policy", "podsecuritypolicies"),
        ("create", "", "pods/ephemeralcontainers"), ("patch", "", "pods/ephemeralcontainers"), ("*", "*", "*"),
    ];

    /// <returns>What the account may do, as "verb resource.group", or "verb resource.group name" where only with a name.</returns>
    public static async Task<IReadOnlyList<string>> OfAsync(IKubernetes client, string @namespace, string account, string inNamespace, IReadOnlyCollection<string> names)
    {
        var questions = new List<(string Verb, string Group, string Resource, bool Namespaced)>(Special.Select(s => (s.Verb, s.Group, s.Resource, true)));
        await foreach (var (group, resource, namespaced) in ResourcesAsync(client)) questions.AddRange(Verbs.Select(v => (v, group, resource, namespaced)));
        var answers = new SortedSet<string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (q, _) =>
        {
            var text = $"{q.Verb} {q.Resource}{(q.Group.Length > 0 ? "." + q.Group : "")}";
            var where = q.Namespaced ? inNamespace : "";
            if (await MayAsync(client, @namespace, account, q.Verb, q.Group, q.Resource, where, null)) Add(text);
            else
            {
                foreach (var name in names)
                {
                    if (await MayAsync(client, @namespace, account, q.Verb, q.Group, q.Resource, where, name)) Add($"{text} {name}");
                }
            }
        });
        return [.. answers];

        void Add(string answer)
        {
            lock (answers) answers.Add(answer);
        }
    }

    private static async IAsyncEnumerable<(string Group, string Resource, bool Namespaced)> ResourcesAsync(IKubernetes client)
    {
        foreach (var resource in (await client.CoreV1.GetAPIResourcesAsync()).Resources) yield return ("", resource.Name, resource.Namespaced);
        foreach (var group in (await client.Apis.GetAPIVersionsAsync()).Groups)
        {
            // Everyone may ask what they may do.
            if (group.Name is "authorization.k8s.io" or "authentication.k8s.io") continue;
            var version = group.PreferredVersion.Version;
            foreach (var resource in (await client.CustomObjects.GetAPIResourcesAsync(group.Name, version)).Resources) yield return (group.Name, resource.Name, resource.Namespaced);
        }
    }

    private static async Task<bool> MayAsync(IKubernetes client, string @namespace, string account, string verb, string group, string resource, string where, string? name)
    {
        var parts = resource.Split('/');
        var review = await client.AuthorizationV1.CreateSubjectAccessReviewAsync(new V1SubjectAccessReview
        {
            Spec = new()
            {
                User = $"system:serviceaccount:{@namespace}:{account}",
                Groups = ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated"],
                ResourceAttributes = new() { NamespaceProperty = where, Verb = verb, Group = group, Resource = parts[0], Subresource = parts.Length > 1 ? parts[1] : null, Name = name },
            },
        });
        return review.Status.Allowed;
    }
}
