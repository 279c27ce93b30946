using System.Text.Json;

namespace ImageOperator.Platforms.Qemu.Qmp;

/// <summary>Something that QEMU reports by itself.</summary>
internal sealed record QmpEvent(string Name, JsonElement Data)
{
    /// <summary>A text member of the data, empty where there is none.</summary>
    public string Text(string member) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    /// <summary>A boolean member of the data.</summary>
    public bool Flag(string member) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.True;
}
