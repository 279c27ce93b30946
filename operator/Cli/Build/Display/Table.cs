namespace ImageOperator.Cli.Build.Display;

/// <summary>Rows of four columns: what, its name, how long, and how it ended.</summary>
internal static class Table
{
    public static void Write(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var names = Math.Max(20, rows.Select(r => r[1].Length).DefaultIfEmpty().Max());
        foreach (var row in rows) output.WriteLine($"  {row[0],-8}  {row[1].PadRight(names)}  {row[2],12}  {row[3]}".TrimEnd());
    }
}
