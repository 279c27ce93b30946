using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Inputs;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Builds;

/// <summary>Resolves the look-ups of a target: once, and what was found stands in status before anything is made of it.</summary>
/// <param name="plan">What is built.</param>
/// <param name="services">Who looks up outside.</param>
/// <param name="record">The target's status.</param>
/// <param name="expressions">Gets the values.</param>
/// <param name="platform">Makes the target's platform, for look-ups of its kind.</param>
internal sealed class LookupRun(BuildPlan plan, BuildServices services, TargetRecord record, Expressions expressions, Func<IPlatform> platform)
{
    private const int LongestValue = 16 * 1024;
    private const int ShownDigits = 16;
    private const int Tries = 3;
    private static readonly TimeSpan PatientPause = TimeSpan.FromSeconds(30);
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>Takes what an earlier attempt found, and finds the rest.</summary>
    /// <param name="patience">How much longer than a look-up does to try what may come.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="PlatformException">A value cannot be had.</exception>
    public async Task ResolveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        TakeRecorded(record.Current, expressions);
        var others = plan.Template.Lookups.ToLookup(l => LookupPlatform.Of(l) is { } asked && asked != TargetPlatform.Of(plan.Target));
        foreach (var lookup in others[true]) expressions.SetLookup(lookup.Name, Null, lookup.Sensitive);
        var missing = others[false].Where(l => l.Sensitive || record.Current.Lookups?.Any(r => r.Name == l.Name && r.Value is not null) != true).ToList();
        if (missing.Count == 0) return;
        var found = new List<LookupStatus>();
        foreach (var lookup in missing) found.Add(await FindAsync(lookup, patience, cancellationToken).ConfigureAwait(false));
        await record.UpdateAsync(s => s with { Lookups = [.. (s.Lookups ?? []).Where(l => found.All(f => f.Name != l.Name)), .. found] }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes known what stands in status.</summary>
    public static void TakeRecorded(TargetStatus status, Expressions expressions)
    {
        foreach (var lookup in status.Lookups ?? [])
        {
            if (lookup.Value is { } json) expressions.SetLookup(lookup.Name, JsonElement.Parse(json), sensitive: false);
        }
    }

    private async Task<LookupStatus> FindAsync(Lookup raw, TimeSpan patience, CancellationToken cancellationToken)
    {
        var answer = await AskPatientlyAsync(expressions.Expand(raw), patience, cancellationToken).ConfigureAwait(false);
        JsonElement value;
        try
        {
            value = LookupSelection.Apply(raw.Select, answer);
        }
        catch (FormatException e)
        {
            // What was found may be a secret, and the reason may have parts of it.
            throw Unavailable(raw, raw.Sensitive ? "select makes no value of what was found" : $"select: {e.Message}");
        }

        var json = value.GetRawText();
        if (json.Length > LongestValue) throw Unavailable(raw, $"the value has {json.Length} characters, more than {LongestValue}: choose a part of it by select");
        expressions.SetLookup(raw.Name, value, raw.Sensitive);
        var name = KnownNames.Lookup(raw.Name);
        var hash = raw.Sensitive ? new SaltedHash(plan.Salt).Of(name, json) : SHA256.HashData(Encoding.UTF8.GetBytes(json));
        return new() { Name = raw.Name, Value = raw.Sensitive ? null : json, Digest = Convert.ToHexStringLower(hash)[..ShownDigits], Time = services.Time.GetUtcNow() };
    }

    private async Task<JsonElement> AskPatientlyAsync(Lookup lookup, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = services.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return await AskAsync(lookup, cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind == FailureKind.Retryable && services.Time.GetElapsedTime(start) < patience)
            {
                services.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{e.Message}; trying again, for the image is made already"));
                await Task.Delay(PatientPause, services.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<JsonElement> AskAsync(Lookup lookup, CancellationToken cancellationToken)
    {
        if (LookupPlatform.Of(lookup) is null)
        {
            var lookups = services.Lookups ?? throw Unavailable(lookup, "this program looks nothing up");
            return await lookups.FindAsync(lookup, cancellationToken).ConfigureAwait(false);
        }

        var asked = platform();
        await using var closing = new QuietDisposal(asked, "the platform", services.Observer).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(lookup.Timeout.Value * Tries, services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await asked.LookUpAsync(lookup, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PlatformException(FailureKind.Retryable, Reasons.LookupFailed, $"lookups[{lookup.Name}]: there was no answer within {lookup.Timeout} times {Tries}", "raise the look-up's timeout", e);
        }
    }

    private static PlatformException Unavailable(Lookup lookup, string message) =>
        new(FailureKind.Terminal, Reasons.LookupFailed, $"lookups[{lookup.Name}]: {message}", "correct the template's lookups, or look at what the server answers");
}
