using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>One call to Google Cloud, over all its tries.</summary>
/// <param name="Method">The method's ID in Google's API description: <c>compute.instances.insert</c>.</param>
/// <param name="Reason">The reason of its failure where its kind does not say it.</param>
internal sealed record GcpCall(string Method, string Reason) : CloudCall(Reason)
{
    public override string System => "gcp";

    public override string Operation => Method;

    public override string Name => Method;
}
