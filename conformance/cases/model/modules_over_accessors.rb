# run: migrate
# What a model's own modules define comes before the accessors of its attributes, an enum's methods too.
module Shouting
  def name = super.to_s.upcase
  def name=(value)
    super(value.to_s.strip)
  end
end

class ModulesOverAccessors < ActiveRecord::Migration[8.1]
  class Member < ActiveRecord::Base
    include Shouting
    enum :pronoun, %w[he she custom]
    attr_accessor :note

    def email = "<#{super}>"
  end

  class Junior < Member
    self.table_name = "members"
    def name = "#{super}!"
  end

  def up
    create_table(:members) { |t| t.string :name; t.integer :pronoun; t.string :custom; t.string :email; t.string :note; t.string :type }
    member = Member.create!(name: " jo ", pronoun: :custom, email: "e", note: "kept")
    say [member.name, member[:name], member.custom?, member.custom, member.email, member.note, member[:note]].inspect
    member = Member.find(member.id)
    say [member.name, member.custom?, member.note, member.he?, member.name?].inspect
    say [Junior.new(name: "x").name, Junior.new(name: "x").email].inspect
    Member.class_eval { include Module.new { def email = super + "?" } }
    say member.email
  end
end
