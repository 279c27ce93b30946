using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Cluster;

/// <summary>What the API server refuses, imagectl refuses before: tried with every change of one place of a manifest.</summary>
public sealed class AgreementTests(CrdServer fixture)
{
    [Theory]
    [Trait("Category", "Cluster")]
    [InlineData("full-template", "imagetemplates")]
    [InlineData("build-by-reference", "imagebuilds")]
    public async Task Validate_WhatTheServerRefuses_IsRefused(string name, string plural)
    {
        var server = fixture.Server;
        var disagreements = new ConcurrentBag<string>();
        var refused = 0;
        await Parallel.ForEachAsync(Mutations.Of(Load(name)), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (mutation, _) =>
        {
            var answer = await server.CreateAsync($"apis/imageoperator.dev/v1alpha1/namespaces/agreement/{plural}?fieldValidation=Strict&dryRun=All", mutation.Manifest);
            if (answer.Ok) return;
            Interlocked.Increment(ref refused);
            if (Validate(mutation.Manifest).Count == 0) disagreements.Add($"{mutation.What}: {answer}");
        });

        Assert.True(disagreements.IsEmpty, string.Join("\n", disagreements));
        Assert.True(refused > 50, $"only {refused} were refused");
    }

    [Theory]
    [InlineData("full-template")]
    [InlineData("build-inline")]
    public void Validate_AnyChange_DoesNotThrow(string name)
    {
        foreach (var (what, manifest) in Mutations.Of(Load(name)))
        {
            var exception = Record.Exception(() => Validate(manifest));
            Assert.True(exception is null, $"{what}: {exception}");
        }
    }

    private static IReadOnlyList<ValidationError> Validate(JsonObject manifest) => ManifestValidator.Validate(JsonSerializer.SerializeToElement(manifest));

    private static JsonObject Load(string name) => JsonNode.Parse(ManifestCase.Load("Valid", name).Manifest.GetRawText())!.AsObject();
}
