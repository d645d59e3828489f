package io.resque.web.internal.pages;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.Finding;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What doctor finds, and what the server tells of itself. */
final class ServerPage implements Page {
    private static final String LOOK = "look";

    /** Each queue is a finding, and there can be many. */
    private static final int MOST = 200;

    @Override
    public WebResponse show(Visit visit) {
        SortedMap<String, String> facts = facts(visit);
        Optional<Checkup.Result> checkup = visit.instance.checkup.result();
        List<Finding> findings = checkup.map(Checkup.Result::findings).orElse(List.of());
        boolean many = findings.size() > MOST;
        List<ServerView.Row> rows = shown(findings).stream()
                .map(finding -> {
                    String severity = finding.severity().name().toLowerCase(Locale.ROOT);
                    return new ServerView.Row(
                            finding.check().toString(), finding.text(), visit.text("severity." + severity), severity);
                })
                .toList();
        ServerView view = new ServerView(
                rows,
                checkup.map(result -> visit.text(
                                "server.looked",
                                visit.texts.ago(result.at(), Instant.now()),
                                result.took().toMillis()))
                        .orElseGet(() -> visit.text("overview.looking")),
                many ? visit.text("trouble.more", findings.size() - MOST) : "",
                facts,
                visit.button(Rights.READ, LOOK, false, Map.of()).stream().toList());
        Frame frame = visit.frame(visit.text("nav.server"));
        return visit.page((output, none) -> JteserverGenerated.render(output, none, frame, view));
    }

    /** Of many, those that are not fine first. */
    static List<Finding> shown(List<Finding> findings) {
        return (findings.size() > MOST
                        ? findings.stream().sorted(Comparator.comparing(Finding::isFine))
                        : findings.stream())
                .limit(MOST)
                .toList();
    }

    /** A user of Redis may lack the right to ask. */
    private static SortedMap<String, String> facts(Visit visit) {
        try {
            return new TreeMap<>(visit.resque().inspector().server());
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            return new TreeMap<>();
        }
    }

    /** To look changes nothing. */
    @Override
    public Rights needed(Visit visit) {
        return Rights.READ;
    }

    @Override
    public WebResponse act(Visit visit) {
        if (!visit.action().equals(LOOK)) {
            throw new NoSuchPage();
        }
        return WebResponse.seeOther(visit.link("server")); // each button makes the next viewer look anew
    }
}
