using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;

namespace ImageOperator.Engine.Tests;

public sealed class FileJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly CancellationToken _none = CancellationToken.None;

    private string File => Path.Combine(_folder, "sub", "state.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Load_NoFile_IsNull() => Assert.Null(await new FileJournal(File, 1).LoadAsync(_none));

    [Fact]
    public async Task Save_Load_IsTheSame()
    {
        var status = new TargetStatus { Name = "t", Phase = TargetPhase.Running, PodName = "a" };
        await new FileJournal(File, 1).SaveAsync(status, _none);

        Assert.Equal(status with { Attempt = 1 }, await new FileJournal(File, 1).LoadAsync(_none));
    }

    [Fact]
    public async Task Save_NewerAttemptHasLoaded_IsFencedAndChangesNothing()
    {
        var older = new FileJournal(File, 1);
        await older.SaveAsync(new() { Name = "t", PodName = "a" }, _none);
        await new FileJournal(File, 2).LoadAsync(_none);

        await Assert.ThrowsAsync<FencedException>(() => older.SaveAsync(new() { Name = "t", PodName = "b" }, _none));

        Assert.Equal("a", (await new FileJournal(File, 2).LoadAsync(_none))!.PodName);
    }

    [Fact]
    public async Task Save_Cancelled_LeavesTheOldFileWhole()
    {
        var journal = new FileJournal(File, 1);
        await journal.SaveAsync(new() { Name = "t", PodName = "a" }, _none);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => journal.SaveAsync(new() { Name = "t", PodName = "b" }, new(canceled: true)));

        Assert.Equal("a", (await journal.LoadAsync(_none))!.PodName);
    }

    [Fact]
    public async Task Load_WhileOthersSave_NeverSeesHalfAFile()
    {
        var journal = new FileJournal(File, 1);
        await journal.SaveAsync(new() { Name = "t" }, _none);
        var saving = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await journal.SaveAsync(new() { Name = "t", PodName = new('x', i * 500) }, _none);
        });

        while (!saving.IsCompleted) Assert.Equal("t", (await new FileJournal(File, 1).LoadAsync(_none))!.Name);
        await saving;
    }

    [Fact]
    public async Task RelativePath_Works()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(_folder, "state.json"));
        await new FileJournal(relative, 1).SaveAsync(new() { Name = "t" }, _none);

        Assert.NotNull(await new FileJournal(relative, 1).LoadAsync(_none));
    }
}
