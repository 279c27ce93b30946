namespace ImageOperator.Controller.Builds;

/// <summary>What to do about a build, from what is observed of it: a pure function.</summary>
internal static class BuildDecision
{
    public static Decision Decide(BuildObservation observation)
    {
        var draft = new Draft(observation);
        if (observation.IsDeleting)
        {
            DeletionPlan.Decide(draft);
        }
        else if (observation.IsFinished)
        {
            RetentionPlan.Decide(draft);
        }
        else if (TakeUpPlan.Decide(draft))
        {
            RunPlan.Decide(draft);
        }

        return draft.ToDecision();
    }
}
