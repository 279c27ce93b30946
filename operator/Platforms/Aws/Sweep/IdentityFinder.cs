using System.Xml.Linq;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Iam;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Sweep;

/// <summary>Finds builds' instance profiles and roles with their marks: by their path, for EC2's tags do not tell of them.</summary>
internal sealed class IdentityFinder(AwsClients clients, AwsCalls calls)
{
    private const string Reason = Reasons.MachineFailed;

    /// <summary>All of them, profiles first: a role goes after them. None where the builder may not list them; then it makes none either.</summary>
    public async Task<IReadOnlyList<Identity>> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return
            [
                .. await FindAsync(AwsCall.Iam("ListInstanceProfiles", Reason), AwsCall.Iam("GetInstanceProfile", Reason), "InstanceProfileName", ResourceTypes.InstanceProfile, cancellationToken).ConfigureAwait(false),
                .. await FindAsync(AwsCall.Iam("ListRoles", Reason), AwsCall.Iam("GetRole", Reason), "RoleName", ResourceTypes.Role, cancellationToken).ConfigureAwait(false),
            ];
        }
        catch (PlatformException e) when (e.Kind == FailureKind.Auth)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<Identity>> FindAsync(AwsCall list, AwsCall get, string id, string type, CancellationToken cancellationToken)
    {
        var (found, parameters) = (new List<Identity>(), new Dictionary<string, string> { ["PathPrefix"] = TemporaryProfile.Folder });
        while (true)
        {
            var answer = await CallAsync(list, parameters, cancellationToken).ConfigureAwait(false);
            foreach (var name in Named(answer, id).Select(e => e.Value).Distinct())
            {
                if (await TagsAsync(get, id, name, cancellationToken).ConfigureAwait(false) is { } tags) found.Add(new(Entry(type, name, tags), tags));
            }

            if (Named(answer, "IsTruncated").FirstOrDefault()?.Value != "true") return found;
            parameters["Marker"] = Named(answer, "Marker").First().Value;
        }
    }

    // Lists are told without tags.
    private async Task<IReadOnlyDictionary<string, string>?> TagsAsync(AwsCall get, string id, string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync(get, new() { [id] = name }, cancellationToken).ConfigureAwait(false);
            // Not those of the role in a profile.
            var own = Named(answer, "Tags").FirstOrDefault(t => t.Parent!.Name.LocalName is "Role" or "InstanceProfile");
            return own is null ? null : Named(own, "member").ToDictionary(m => Named(m, "Key").First().Value, m => Named(m, "Value").First().Value);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    private Task<XElement> CallAsync(AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken) =>
        calls.RunAsync(call, t => clients.Iam.CallAsync(call.Action, parameters, t), cancellationToken);

    private static LedgerEntry Entry(string type, string name, IReadOnlyDictionary<string, string> tags) =>
        new() { Key = tags.GetValueOrDefault(BuildTags.Key) ?? name, Type = type, Id = name, State = LedgerState.Created, Temporary = true, Attempt = 0 };

    private static IEnumerable<XElement> Named(XElement element, string name) => element.Descendants().Where(e => e.Name.LocalName == name);

    /// <summary>A profile or a role, as the ledger would have it, and its tags.</summary>
    internal sealed record Identity(LedgerEntry Entry, IReadOnlyDictionary<string, string> Tags);
}
