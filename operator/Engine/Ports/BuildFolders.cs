namespace ImageOperator.Engine.Ports;

/// <summary>The folders of a build, absolute.</summary>
/// <param name="Workspace">The build's files; only read.</param>
/// <param name="Scratch">Disks and sockets of machines. May vanish with the process (a pod) or not (imagectl).</param>
/// <param name="Cache">Downloads and what is remembered of the node; shared between builds, other processes included.</param>
/// <param name="Downloads">Where files downloaded from machines go.</param>
public sealed record BuildFolders(string Workspace, string Scratch, string Cache, string Downloads);
