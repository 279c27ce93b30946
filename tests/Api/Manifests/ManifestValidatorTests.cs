using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Manifests;

public sealed class ManifestValidatorTests
{
    [Theory]
    [MemberData(nameof(ManifestCase.Invalid), MemberType = typeof(ManifestCase))]
    public void Validate_Invalid_SaysWhatIsExpectedAndNoMore(string name)
    {
        var given = ManifestCase.Load("Invalid", name);

        var errors = ManifestValidator.Validate(given.Manifest);

        Assert.NotEmpty(given.Expected);
        foreach (var expected in given.Expected)
        {
            Assert.True(
                errors.Any(e => e.Path == expected.Path && e.Message.Contains(expected.Message, StringComparison.Ordinal)),
                $"expected {expected}\nfound {string.Join("\n      ", errors)}");
        }

        // What is wrong with a field may make its object wrong as well.
        Assert.True(errors.All(e => given.Expected.Any(x => $"{x.Path}.".StartsWith($"{e.Path}.", StringComparison.Ordinal))), $"more than expected: {string.Join("\n", errors)}");
    }

    [Theory]
    [MemberData(nameof(ManifestCase.Valid), MemberType = typeof(ManifestCase))]
    public void Validate_Valid_SaysNothing(string name) => Assert.Empty(ManifestValidator.Validate(ManifestCase.Load("Valid", name).Manifest));

    [Fact]
    public void Invalid_Directory_HasAHundredCases() => Assert.True(ManifestCase.Invalid.Count >= 100);

    [Theory]
    [InlineData("[]")]
    [InlineData("text")]
    [InlineData("{}")]
    [InlineData("{apiVersion: 1, kind: [], metadata: 3, spec: {}}")]
    [InlineData("{apiVersion: imageoperator.dev/v1alpha1, kind: ImageTemplate, metadata: {name: 3}, spec: {targets: [null, 1, [], {}], provisioners: [null]}}")]
    [InlineData("{apiVersion: imageoperator.dev/v1alpha1, kind: ImageTemplate, metadata: {name: a}, spec: {targets: [{name: a}], communicator: {}, provisioners: [null]}}")]
    [InlineData("{apiVersion: imageoperator.dev/v1alpha1, kind: ImageTemplate, metadata: {name: a}, spec: {targets: [{name: a}], communicator: {}, provisioners: [{name: a, onlyTargets: [null]}]}}")]
    [InlineData("{apiVersion: imageoperator.dev/v1alpha1, kind: ImageTemplate, metadata: {name: a}, spec: {targets: [{name: a}], communicator: {}, parameters: [{name: a, enum: [null], default: null}]}}")]
    [InlineData("{apiVersion: imageoperator.dev/v1alpha1, kind: ImageBuild, metadata: {name: a}, spec: {templateRef: null, parameters: 3}}")]
    public void Validate_Nonsense_SaysSo(string text) => Assert.NotEmpty(ManifestValidator.Validate(Yaml.Parse(text)));
}
