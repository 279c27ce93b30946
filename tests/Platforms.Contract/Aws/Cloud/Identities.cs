using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>What IAM and KMS do and moto's do not: what was just made is not known for a while, and a grant that is asked for again is the same.</summary>
internal sealed class Identities
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _visible = new();
    private readonly ConcurrentDictionary<string, AwsAnswer> _grants = new();

    /// <returns>Null: moto answers.</returns>
    public AwsAnswer? Answer(AwsRequest request, DateTimeOffset now)
    {
        if (request.Service == "kms" && request.Action == "CreateGrant") return _grants.GetValueOrDefault($"{request.Region} {request.Body}");
        if (request.Service != "iam" || request.Action.StartsWith("Create", StringComparison.Ordinal)) return null;
        return Subjects(request).Any(s => IsHidden(s, now)) ? AwsAnswer.Error("iam", HttpStatusCode.NotFound, "NoSuchEntity", "cannot be found") : null;
    }

    /// <summary>EC2 learns of profiles later than IAM itself.</summary>
    public bool IsUnknownToEc2(string profile, DateTimeOffset now) => IsHidden($"profile {profile}", now - TimeSpan.FromSeconds(8));

    public void Note(AwsRequest request, AwsAnswer answer, DateTimeOffset now, TimeSpan delay)
    {
        if (!answer.Succeeded) return;
        if (request.Service == "kms" && request.Action == "CreateGrant") _grants[$"{request.Region} {request.Body}"] = answer;
        if (request.Service == "kms" && request.Action == "RevokeGrant")
        {
            using var body = JsonDocument.Parse(request.Body);
            var id = body.RootElement.GetProperty("GrantId").GetString()!;
            foreach (var grant in _grants.Where(g => g.Value.Body.Contains(id, StringComparison.Ordinal))) _grants.TryRemove(grant);
        }

        if (request.Service != "iam" || request.Action is not ("CreateRole" or "CreateInstanceProfile")) return;
        foreach (var subject in Subjects(request)) _visible[subject] = now + delay;
    }

    private bool IsHidden(string subject, DateTimeOffset now) => _visible.TryGetValue(subject, out var at) && now < at;

    private static IEnumerable<string> Subjects(AwsRequest request)
    {
        if (request["RoleName"] is { } role) yield return $"role {role}";
        if (request["InstanceProfileName"] is { } profile) yield return $"profile {profile}";
    }
}
