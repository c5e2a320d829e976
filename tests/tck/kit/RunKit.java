import java.io.FileReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.dataspacetck.core.spi.boot.Monitor;
import org.eclipse.dataspacetck.core.system.ConsoleMonitor;
import org.eclipse.dataspacetck.runtime.TckRuntime;

/**
 * Runs the kit: {@code RunKit kit.properties cases skipped [case-id]}.
 *
 * <p>Lines of the kit go to standard error. Standard output has a line {@code PASSED id} or {@code FAILED id reason} a
 * case and at the end {@code COUNTS found started passed failed skipped aborted failed-classes}. The exit code is 0 only
 * when all of these are as expected; the kit's own programs end with 0 whatever happened.
 */
public class RunKit {
    private static final String TESTS = "org.eclipse.dataspacetck.dsp.verification";
    private static PrintStream out;
    private static final Pattern ID = Pattern.compile("(Started|SUCCESSFUL): ([A-Z_]+:\\d\\d-\\d\\d)\\b");

    public static void main(String[] arguments) throws Exception {
        out = System.out;
        System.setOut(System.err);
        var file = new Properties();
        try (var reader = new FileReader(arguments[0])) {
            file.load(reader);
        }
        var properties = new HashMap<String, String>();
        file.forEach((key, value) -> properties.put((String) key, ((String) value).trim()));
        long wanted = Long.parseLong(arguments[1]);
        long skipped = Long.parseLong(arguments[2]);
        var started = new TreeSet<String>();
        var passed = new TreeSet<String>();
        var builder = TckRuntime.Builder.newInstance().properties(properties).monitor(recorder(started, passed)).addPackage(TESTS);
        if (arguments.length > 3) {
            builder.displayNameMatching(name -> name.matches(Pattern.quote(arguments[3]) + "\\b.*"));
        }
        var summary = builder.build().execute();

        summary.getFailures().forEach(failure -> {
            var name = failure.getTestIdentifier().getDisplayName();
            var id = name.replaceFirst("^([A-Z_]+:\\d\\d-\\d\\d).*", "$1");
            out.println("FAILED " + id + " " + String.valueOf(rootOf(failure.getException())).replace('\n', ' '));
        });
        out.printf("COUNTS %d %d %d %d %d %d %d%n", summary.getTestsFoundCount(), summary.getTestsStartedCount(),
                summary.getTestsSucceededCount(), summary.getTestsFailedCount(), summary.getTestsSkippedCount(),
                summary.getTestsAbortedCount(), summary.getContainersFailedCount());
        boolean asExpected = wanted > 0
                && summary.getTestsFoundCount() == wanted + skipped
                && summary.getTestsStartedCount() == wanted
                && summary.getTestsSucceededCount() == wanted
                && summary.getTestsSkippedCount() == skipped
                && summary.getTestsAbortedCount() == 0
                && summary.getTotalFailureCount() == 0
                && started.size() == wanted
                && passed.equals(started);
        // Threads of the kit's HTTP client would keep the process alive.
        System.exit(asExpected ? 0 : 1);
    }

    private static Throwable rootOf(Throwable failure) {
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    /** Keeps the ids of the cases that were started and that passed, and hands every line on. */
    private static Monitor recorder(Set<String> started, Set<String> passed) {
        var console = new ConsoleMonitor(true, false);
        return (Monitor) java.lang.reflect.Proxy.newProxyInstance(RunKit.class.getClassLoader(), new Class<?>[] {Monitor.class},
                (proxy, method, values) -> {
                    if (values != null && values.length > 0 && values[0] instanceof String line) {
                        var match = ID.matcher(line);
                        if (match.find() && (match.group(1).equals("Started") ? started : passed).add(match.group(2))
                                && match.group(1).equals("SUCCESSFUL")) {
                            out.println("PASSED " + match.group(2));
                        }
                    }
                    // The kit chains its calls: they have to come back here.
                    method.invoke(console, values);
                    return proxy;
                });
    }
}
