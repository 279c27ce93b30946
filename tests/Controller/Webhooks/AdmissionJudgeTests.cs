using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Controller.Webhooks;

namespace ImageOperator.Controller.Tests.Webhooks;

public sealed class AdmissionJudgeTests
{
    private const string Wrong = """{"name":"p","shell":{"inline":["echo $(params.absent)"]}}""";

    [Fact]
    public void Create_Valid_NoWord() => Assert.Equal(AdmissionVerdict.Allowed with { }, Judge("CREATE", Template()), SameWords);

    [Fact]
    public void Create_Invalid_NamesFieldAndMend()
    {
        var error = Assert.Single(Judge("CREATE", Template(Wrong)).Errors);

        Assert.Equal("spec.provisioners[0].shell.inline[0]", error.Path);
        Assert.Contains("$(params.absent)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FieldOfANewerCrd_IsNotRefused()
    {
        var template = Template(Wrong);
        template["spec"]!["ofTomorrow"] = false;

        Assert.Equal("spec.provisioners[0].shell.inline[0]", Assert.Single(Judge("CREATE", template).Errors).Path);
    }

    [Fact]
    public void Update_SpecUnchanged_MetadataOfAWrongObjectMayChange()
    {
        var after = Template(Wrong);
        after["metadata"]!["finalizers"] = new JsonArray("x");

        Assert.Empty(Judge("UPDATE", after, Template(Wrong)).Errors);
    }

    [Fact]
    public void Update_BeingDeleted_Allowed()
    {
        var after = Template(Wrong);
        after["metadata"]!["deletionTimestamp"] = "2026-01-31T12:00:00Z";

        Assert.Empty(Judge("UPDATE", after, Template()).Errors);
    }

    [Fact]
    public void Update_NewMistake_IsRefusedAndTheOldOneOnlyTold()
    {
        var after = Template(Wrong, """{"name":"q"}""");

        var verdict = Judge("UPDATE", after, Template(Wrong));

        Assert.Equal("spec.provisioners[1]", Assert.Single(verdict.Errors).Path);
        Assert.Equal("spec.provisioners[0].shell.inline[0]", Assert.Single(verdict.Doubts).Path);
    }

    [Fact]
    public void Update_StepIsPutBeforeAWrongOne_IsAllowed()
    {
        var after = Template("""{"name":"first","shell":{"inline":["true"]}}""", Wrong);

        var verdict = Judge("UPDATE", after, Template(Wrong));

        Assert.Empty(verdict.Errors);
        Assert.Equal("spec.provisioners[1].shell.inline[0]", Assert.Single(verdict.Doubts).Path);
    }

    [Fact]
    public void Update_SameMistakeOnceMore_IsRefused()
    {
        var verdict = Judge("UPDATE", Template(Wrong.Replace("\"p\"", "\"o\"", StringComparison.Ordinal), Wrong), Template(Wrong));

        Assert.Equal(["spec.provisioners[1].shell.inline[0]"], verdict.Errors.Select(e => e.Path));
        Assert.Equal(["spec.provisioners[0].shell.inline[0]"], verdict.Doubts.Select(e => e.Path));
    }

    [Fact]
    public void Update_WrongBuild_CanBeCancelled()
    {
        var before = Build(Wrong);
        var after = Build(Wrong);
        after["spec"]!["cancel"] = true;

        var verdict = Judge("UPDATE", after, before);

        Assert.Empty(verdict.Errors);
        Assert.NotEmpty(verdict.Doubts);
    }

    [Theory]
    [InlineData("targets", """["lab"]""", "spec.targets")]
    [InlineData("parameters", """{"x":1}""", "spec.parameters")]
    [InlineData("template", null, "spec.template")]
    [InlineData("failurePolicy", """{"maxAttempts":2}""", "spec.failurePolicy")]
    public void Update_ImmutableField_IsRefused(string field, string? value, string path)
    {
        var after = Build();
        after["spec"]![field] = value is null ? null : JsonNode.Parse(value);

        Assert.Contains(Judge("UPDATE", after, Build()).Errors, e => e.Path == path && e.Message.Contains("immutable: create a new ImageBuild", StringComparison.Ordinal));
    }

    [Fact]
    public void Update_Cancelled_StaysCancelled()
    {
        var before = Build();
        before["spec"]!["cancel"] = true;

        Assert.Equal("spec.cancel", Assert.Single(Judge("UPDATE", Build(), before).Errors).Path);
    }

    [Theory]
    [InlineData("status", "imageoperator.dev", "UPDATE")]
    [InlineData("", "apps", "CREATE")]
    [InlineData("", "imageoperator.dev", "DELETE")]
    public void Judge_NotOurs_Allowed(string subresource, string group, string operation)
    {
        var request = Request(operation, Template(Wrong), Template()) with { SubResource = subresource };

        Assert.Empty(AdmissionJudge.Judge(request with { Kind = request.Kind with { Group = group } }).Errors);
    }

    [Theory]
    [InlineData("""{"name":"unused"}""", "spec.parameters[0]", "used nowhere")]
    [InlineData("""{"name":"used","sensitive":true}""", "spec.parameters[0].sensitive", "secretKeyRef")]
    public void Create_DoubtfulParameter_IsAllowedWithAWarning(string parameter, string path, string words)
    {
        var template = Template("""{"name":"p","shell":{"inline":["echo $(params.used)"]}}""");
        template["spec"]!["parameters"] = new JsonArray(JsonNode.Parse(parameter), parameter.Contains("unused", StringComparison.Ordinal) ? JsonNode.Parse("""{"name":"used"}""") : null);
        if (template["spec"]!["parameters"]![1] is null) template["spec"]!["parameters"]!.AsArray().RemoveAt(1);

        var verdict = Judge("CREATE", template);

        Assert.Empty(verdict.Errors);
        var doubt = Assert.Single(verdict.Doubts);
        Assert.Equal(path, doubt.Path);
        Assert.Contains(words, doubt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_StepTimeoutBeyondTheBuilds_IsAllowedWithAWarning()
    {
        var template = Template("""{"name":"p","timeout":"3h","shell":{"inline":["true"]}}""");

        Assert.Equal("spec.provisioners[0].timeout", Assert.Single(Judge("CREATE", template).Doubts).Path);
    }

    [Fact]
    public void Answer_Refusal_HasAllErrorsAsCauses()
    {
        var request = Request("CREATE", Template(Wrong, """{"name":"q"}"""));

        var answer = AdmissionAnswer.Of(request, AdmissionJudge.Judge(request));

        Assert.False(answer.Allowed);
        Assert.Equal((422, "Invalid", "Failure"), (answer.Status!.Code, answer.Status.Reason, answer.Status.Status));
        Assert.Equal(["spec.provisioners[0].shell.inline[0]", "spec.provisioners[1]"], answer.Status.Details.Causes.Select(c => c.Field));
        Assert.Contains("spec.provisioners[1]: exactly one of", answer.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_VeryManyErrors_IsBounded()
    {
        var request = Request("CREATE", Template([.. Enumerable.Range(0, 128).Select(i => $$"""{"name":"s{{i}}"}""")]));

        var answer = AdmissionAnswer.Of(request, AdmissionJudge.Judge(request));

        Assert.Equal(50, answer.Status!.Details.Causes.Count);
        Assert.EndsWith("; and 78 more", answer.Status.Message, StringComparison.Ordinal);
    }

    private static bool SameWords(AdmissionVerdict a, AdmissionVerdict b) => a.Errors.SequenceEqual(b.Errors) && a.Doubts.SequenceEqual(b.Doubts);

    private static AdmissionVerdict Judge(string operation, JsonObject after, JsonObject? before = null) => AdmissionJudge.Judge(Request(operation, after, before));

    private static AdmissionRequest Request(string operation, JsonObject after, JsonObject? before = null) => new()
    {
        Uid = "1",
        Kind = new() { Group = "imageoperator.dev", Version = "v1alpha1", Kind = (string)after["kind"]! },
        Operation = operation,
        Name = "web",
        Namespace = "ns",
        Object = JsonSerializer.SerializeToElement(after),
        OldObject = before is null ? default : JsonSerializer.SerializeToElement(before),
    };

    private static JsonObject Template(params string[] steps) => Document("ImageTemplate", Spec(steps));

    private static JsonObject Build(params string[] steps) => Document("ImageBuild", new JsonObject { ["template"] = Spec(steps), ["cancel"] = false });

    private static JsonObject Document(string kind, JsonObject spec) => new()
    {
        ["apiVersion"] = "imageoperator.dev/v1alpha1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "ns" },
        ["spec"] = spec,
    };

    private static JsonObject Spec(string[] steps) => new()
    {
        ["targets"] = JsonNode.Parse("""[{"name":"lab","qemu":{"source":{"url":"https://example.com/a","checksum":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"output":{"hostPath":{"path":"/images"}}}}]"""),
        ["communicator"] = JsonNode.Parse("""{"ssh":{"user":"debian"}}"""),
        ["provisioners"] = new JsonArray([.. steps.Select(s => JsonNode.Parse(s))]),
    };
}
