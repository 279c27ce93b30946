using ImageOperator.EndToEnd.Tests.Testbed;
using k8s;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>What a builder's service account may do, as the API server's authorizer says.</summary>
internal static class BuilderAccess
{
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];

    private static readonly (string Group, string Resource)[] Resources =
    [
        ("", "secrets"), ("", "configmaps"), ("", "pods"), ("", "pods/exec"), ("", "events"), ("", "namespaces"), ("", "nodes"), ("", "serviceaccounts"),
        ("", "persistentvolumeclaims"), ("rbac.authorization.k8s.io", "roles"), ("rbac.authorization.k8s.io", "rolebindings"), ("coordination.k8s.io", "leases"),
        ("imageoperator.dev", "imagetemplates"), ("imageoperator.dev", "imagebuilds"), ("imageoperator.dev", "imagebuilds/status"), ("imageoperator.dev", "imagebuilds/finalizers"),
    ];

    public static async Task IsNarrowAsync(Lab lab, string build)
    {
        var allowed = new List<string>();
        foreach (var (group, resource) in Resources)
        {
            foreach (var name in new[] { build, "another" })
            {
                foreach (var verb in Verbs)
                {
                    if (await MayAsync(lab, build, verb, group, resource, name)) allowed.Add($"{verb} {resource} {name}");
                }
            }
        }

        Assert.Equal([$"get imagebuilds {build}", $"patch imagebuilds/status {build}"], allowed);
    }

    private static async Task<bool> MayAsync(Lab lab, string build, string verb, string group, string resource, string name)
    {
        var parts = resource.Split('/');
        var review = await lab.Cluster.Kubernetes.AuthorizationV1.CreateSubjectAccessReviewAsync(new V1SubjectAccessReview
        {
            Spec = new()
            {
                User = $"system:serviceaccount:{lab.Namespace}:{build}-builder",
                Groups = ["system:serviceaccounts", $"system:serviceaccounts:{lab.Namespace}", "system:authenticated"],
                ResourceAttributes = new()
                {
                    NamespaceProperty = lab.Namespace,
                    Verb = verb,
                    Group = group,
                    Resource = parts[0],
                    Subresource = parts.Length > 1 ? parts[1] : null,
                    Name = name,
                },
            },
        });
        return review.Status.Allowed;
    }
}
