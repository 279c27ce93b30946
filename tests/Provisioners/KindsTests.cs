using ImageOperator.Api.Provisioners;

namespace ImageOperator.Provisioners.Tests;

public sealed class KindsTests
{
    [Fact]
    public void Factories_AreOnePerKind() =>
        Assert.Equal(StepKind.All.Select(k => k.Name).Order(), ProvisionerFactories.All.Select(f => f.Kind).Order());
}
