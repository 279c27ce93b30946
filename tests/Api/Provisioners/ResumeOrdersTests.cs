using ImageOperator.Api.Protocol;

namespace ImageOperator.Api.Tests.Provisioners;

public sealed class ResumeOrdersTests
{
    [Theory]
    [InlineData(null, ResumeOrder.Hold)]
    [InlineData("", ResumeOrder.Hold)]
    [InlineData("other", ResumeOrder.Hold)]
    [InlineData("look", ResumeOrder.Continue)]
    [InlineData("other, look", ResumeOrder.Continue)]
    [InlineData("*", ResumeOrder.Continue)]
    [InlineData("*=stop", ResumeOrder.Stop)]
    [InlineData("look=stop", ResumeOrder.Stop)]
    [InlineData("lab/look", ResumeOrder.Continue)]
    [InlineData("aws/look", ResumeOrder.Hold)]
    [InlineData("look=stop,look", ResumeOrder.Continue)]
    [InlineData("look=what", ResumeOrder.Hold)]
    [InlineData("lab/look\n", ResumeOrder.Continue)]
    public void For_ReadsWhatIsSaidOfTheStep(string? text, ResumeOrder expected) => Assert.Equal(expected, ResumeOrders.For(text, "lab", "look"));
}
