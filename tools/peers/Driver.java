// Runs Liquibase's own command line once per line of standard input, in one virtual machine: `java -cp 'lib/*' Driver.java`.
// A line holds the files for its output and its errors, then the arguments, each after a \u0001. Answered by the exit code on a line.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.executor.ExecutorService;
import liquibase.integration.commandline.LiquibaseCommandLine;
import liquibase.lockservice.LockServiceFactory;

public class Driver {
  public static void main(String[] none) throws IOException {
    PrintStream answers = System.out;
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    answers.println("ready");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split("\u0001", -1);
      Properties before = (Properties) System.getProperties().clone();
      int exit = -1;
      try (PrintStream out = new PrintStream(parts[0], StandardCharsets.UTF_8); PrintStream err = new PrintStream(parts[1], StandardCharsets.UTF_8)) {
        System.setOut(out);
        System.setErr(err);
        forget();
        exit = new LiquibaseCommandLine().execute(Arrays.copyOfRange(parts, 2, parts.length));
      } catch (Throwable failure) {
        failure.printStackTrace(answers);
      }
      System.setProperties(before);
      answers.println(exit);
      answers.flush();
    }
  }

  /** What a run leaves behind for the next one in this machine: another process would not see it. */
  private static void forget() {
    Scope.getCurrentScope().getSingleton(ChangeLogHistoryServiceFactory.class).resetAll();
    LockServiceFactory.getInstance().resetAll();
    Scope.getCurrentScope().getSingleton(ExecutorService.class).reset();
  }
}
