using System.Text;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>What one wants to see of a namespace when a test has failed.</summary>
internal static class Diagnosis
{
    private const int LogLines = 25;
    private static readonly JsonSerializerOptions Indented = new(RuntimeJson.Options) { WriteIndented = true };

    public static string Show(ImageBuild? build) =>
        build is null ? "nothing" : JsonSerializer.Serialize(build.Status is { } status ? status with { Template = null } : null, Indented);

    public static async Task<string> OfAsync(Lab lab)
    {
        var text = new StringBuilder();
        try
        {
            await foreach (var build in lab.Client.ListAsync<ImageBuild>(new() { Namespace = lab.Namespace }, default))
            {
                text.AppendLine($"== ImageBuild {build.Metadata.Name}{(build.Metadata.DeletionTimestamp is null ? "" : " (being deleted)")}").AppendLine(Show(build));
            }

            text.AppendLine("== events");
            await foreach (var e in lab.Client.ListAsync<Eventsv1Event>(new() { Namespace = lab.Namespace }, default))
            {
                text.AppendLine($"{e.Metadata.CreationTimestamp:HH:mm:ss} {e.Type} {e.Regarding?.Kind}/{e.Regarding?.Name} {e.Reason}: {e.Note}");
            }

            await foreach (var pod in lab.Client.ListAsync<V1Pod>(new() { Namespace = lab.Namespace }, default))
            {
                text.AppendLine($"== pod {pod.Metadata.Name} {pod.Status?.Phase}").AppendJoin('\n', (await LogAsync(lab, pod)).Split('\n').TakeLast(LogLines)).AppendLine();
            }

            text.AppendLine("== files").AppendJoin('\n', lab.Files());
        }
        catch (Exception e) when (e is ApiException or IOException)
        {
            text.AppendLine($"(no more to be had: {e.Message})");
        }

        return text.ToString();
    }

    private static async Task<string> LogAsync(Lab lab, V1Pod pod)
    {
        try
        {
            return await lab.LogAsync(pod.Metadata.Name);
        }
        catch (k8s.Autorest.HttpOperationException e)
        {
            return $"(no log: {e.Response.Content})";
        }
    }
}
