using System.Threading.Channels;
using ImageOperator.Cli.Hosting;
using ImageOperator.Engine.Events;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ImageOperator.Cli.Build.Display;

/// <summary>For people: a row per target that changes in place, log lines above it.</summary>
internal sealed class LiveDisplay : IBuildDisplay
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new() { SingleReader = true });
    private readonly CliContext _context;
    private readonly List<TargetRow> _rows;
    private readonly Task _drawing;

    public LiveDisplay(CliContext context, IReadOnlyList<string> targets)
    {
        _context = context;
        _rows = [.. targets.Select(t => new TargetRow(t, context.Time))];
        // Loading the console library must not hold up the build.
        _drawing = Task.Run(DrawAsync);
    }

    public void Observe(string target, BuildEvent buildEvent) => _items.Writer.TryWrite(new(target, buildEvent, null));

    public void Note(string text) => _items.Writer.TryWrite(new(null, null, text));

    public async Task FinishAsync(BuildResult result)
    {
        await DisposeAsync().ConfigureAwait(false);
        Summary.Write(_context.Out, result);
    }

    public async ValueTask DisposeAsync()
    {
        _items.Writer.TryComplete();
        await _drawing.ConfigureAwait(false);
    }

    private async Task DrawAsync()
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(_context.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = _context.Environment.Find("NO_COLOR") is null ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        await console.Live(Picture()).AutoClear(true).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Frame, _context.Time);
            while (true)
            {
                var more = !_items.Reader.Completion.IsCompleted;
                while (_items.Reader.TryRead(out var item)) Take(console, item);
                live.UpdateTarget(Picture());
                if (!more) return;
                var tick = timer.WaitForNextTickAsync().AsTask();
                await Task.WhenAny(tick, _items.Reader.Completion).ConfigureAwait(false);
                if (_items.Reader.Completion.IsCompleted) continue;
                await tick.ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private void Take(IAnsiConsole console, Item item)
    {
        var row = _rows.Find(r => r.Target == item.Target);
        if (item.Event is { } happened) row!.Take(happened);
        var text = item.Text ?? EventText.Text(item.Event!);
        if (text is null) return;
        var style = item.Event switch
        {
            BuildEvent.Output => new Style(Color.Grey),
            BuildEvent.Message { Level: MessageLevel.Warning } => new Style(Color.Yellow),
            BuildEvent.StepEnded { Succeeded: false } or BuildEvent.Message { Level: MessageLevel.Error } or BuildEvent.Ended { Failure: not null } => new Style(Color.Red),
            _ => Style.Plain,
        };
        var step = item.Event is { } e ? EventText.Step(e) : null;
        var prefix = item.Target is null ? "" : _rows.Count == 1 ? "" : $"{item.Target}  ";
        console.Write(new Text($"{prefix}{(step is null ? "" : $"{step}  ")}{Printable(text)}\n", style));
    }

    private Rows Picture() => new(_rows.Select(r => r.Render()).Append<IRenderable>(Text.Empty));

    private static string Printable(string line) => string.Concat(line.Where(c => c == '\t' || !char.IsControl(c)));

    private sealed record Item(string? Target, BuildEvent? Event, string? Text);
}
