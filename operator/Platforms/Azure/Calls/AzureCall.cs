using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>One call to Azure, over all its tries.</summary>
/// <param name="Action">The action that a role must allow: <c>Microsoft.Compute/virtualMachines/write</c>.</param>
/// <param name="Reason">The reason of its failure where its kind does not say it.</param>
internal sealed record AzureCall(string Action, string Reason) : CloudCall(Reason)
{
    public override string System => "azure";

    public override string Operation => Action;

    public override string Name => Action;
}
