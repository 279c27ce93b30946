namespace ImageOperator.Testing.Doubles;

/// <summary>A pod that was seen, whatever became of it.</summary>
internal sealed record PodRecord(string Uid, string Name, string Build, string BuildUid, string Target, int Attempt)
{
    /// <summary>What of which there may be one pod only.</summary>
    public string Work => $"{BuildUid}/{Target}/{Attempt}";
}
