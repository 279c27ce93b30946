namespace ImageOperator.Workspaces.Archives;

/// <summary>How large an entry of the workspace may be: small archives that unpack to volumes of nothing end here.</summary>
/// <param name="Files">Files, folders and links.</param>
/// <param name="Bytes">Bytes of all files, unpacked.</param>
internal sealed record TreeLimits(int Files, long Bytes)
{
    public static TreeLimits Default { get; } = new(200_000, 4L << 30);
}
