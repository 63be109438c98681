# run: migrate
class Saying < ActiveRecord::Migration[8.1]
  def up
    say "plain"
    say "sub", true
    say "sub", :subitem
    say nil
    say [1, :a, "b"]
    announce "hello"
    write "written"
    write
    say say_with_time("counted") { 42 }.inspect
    say say_with_time("big") { 2**70 }.inspect
    say say_with_time("text") { "x" }
    say_with_time("outer") { say_with_time("inner") { [1, 2] } }
    suppress_messages { say "hidden"; execute "SELECT 'quiet'" }
    self.verbose = false
    say "hidden too"
    self.verbose = true
    say verbose.inspect
    say [name, version, self.class.name, self.class.superclass.name, reverting?].inspect
    say proper_table_name(:abc)
    say proper_table_name("abc", table_name_prefix: "p_", table_name_suffix: "_s")
    say table_name_options.inspect
  end
end
