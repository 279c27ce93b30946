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

    [Theory]
    [InlineData(null, "lab/look", "lab/look")]
    [InlineData("lab/first, lab/look=stop", "lab/look", "lab/first,lab/look=stop,lab/look")]
    [InlineData("lab/look,lab/look=stop", "lab/look", "lab/look=stop,lab/look")]
    public void Add_CountsMost(string? text, string order, string expected)
    {
        var all = ResumeOrders.Add(text, [order]);
        Assert.Equal(expected, all);
        Assert.Equal(ResumeOrder.Continue, ResumeOrders.For(all, "lab", "look"));
    }

    [Theory]
    [InlineData("look", "held until 2026-11-23T12:10:00Z: look at nginx", "look")]
    [InlineData("look", "installing", null)]
    [InlineData(null, null, null)]
    public void HeldAt_IsTheStepOfTheProgress(string? step, string? message, string? expected) =>
        Assert.Equal(expected, ResumeOrders.HeldAt(new() { Name = "lab", Progress = new() { Step = step, Message = message } }));
}
