using System.Diagnostics;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Runtime;

/// <summary>The runtime's trace source.</summary>
public static class RuntimeActivity
{
    /// <summary>The source's name, to subscribe to.</summary>
    public const string SourceName = "ImageOperator.Runtime";

    internal static ActivitySource Source { get; } = new(SourceName);

    /// <summary>A span of a call to the API server. Only inside of another: watches and lease renewals belong to no trace.</summary>
    internal static Activity? StartCall(ApiCall call)
    {
        if (Activity.Current is null) return null;
        var activity = Source.StartActivity($"{call.Verb} {call.Kind.Kind}", ActivityKind.Client);
        return activity?.SetTag("k8s.namespace.name", call.Key.Namespace).SetTag("k8s.object.name", call.Key.Name);
    }

    internal static void EndCall(Activity? activity, int code)
    {
        activity?.SetTag("http.response.status_code", code);
        if (code is 0 or 429 or >= 500) activity?.SetStatus(ActivityStatusCode.Error);
    }
}
