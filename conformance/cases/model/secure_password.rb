# run: migrate
ActiveModel::SecurePassword.min_cost = true

class Account < ActiveRecord::Base
  has_secure_password
  has_secure_password :recovery, validations: false, reset_token: false
  has_secure_token

  # Random digests differ from run to run.
  def password_digest=(digest)
    @real = digest
    super("#{digest.to_s[0, 7]}...")
  end

  attr_reader :real

  def self.generate_unique_secure_token(length: 24) = "t" * length
end

class Visitor < ActiveRecord::Base
  self.table_name = "accounts"
  has_secure_password validations: false
  generates_token_for :visit, expires_in: 1.hour
  generates_token_for(:stay) { name }
end

class SecurePassword < ActiveRecord::Migration[8.1]
  def up
    create_table(:accounts) { |t| t.string :name, :password_digest, :recovery_digest, :token }
    account = Account.new(name: "a")
    say account.valid?.inspect
    say account.errors.full_messages.inspect
    account.password = "secret"
    account.password_confirmation = "sekret"
    say [account.valid?, account.errors.full_messages].inspect
    account.password_confirmation = "secret"
    say account.save.inspect
    say [account.password, account.password_digest, account.token].inspect
    say [account.real.cost, account.real.version, account.real.to_s.length, account.real == "secret", account.real.is_password?("x")].inspect
    account.password = "x" * 73
    say [account.valid?, account.errors.full_messages].inspect
    account.password = ""
    say account.password.inspect
    account.password = nil
    say [account.password_digest, account.valid?].inspect
    account.reload
    say account.recovery_digest.inspect
    say account.authenticate_recovery("a").inspect
    account.recovery = "again"
    say account.authenticate_recovery("again").equal?(account).inspect
    say account.authenticate_recovery("no").inspect
    say account.recovery_salt.length

    visitor = Visitor.new(name: "v")
    visitor.password = "open"
    say [visitor.authenticate("open") == visitor, visitor.authenticate("shut"), visitor.password_salt[0, 7]].inspect
    say [visitor.respond_to?(:password_reset_token), visitor.password_reset_token_expires_in].inspect
    visitor.password_challenge = "open"
    say visitor.valid?.inspect
    known = BCrypt::Password.new("$2a$04$87Oj6XrtJfvf93bfl3Qw/ulNwAW3o5TZV6pvjfb0WLaSczMxBOEGe")
    say [known == "a", known == "b", known.cost, known.salt, known.checksum].inspect
    Visitor.create!(name: "w", password_digest: known)
    say Visitor.authenticate_by(name: "w", password: "a").name
    say Visitor.authenticate_by(name: "w", password: "b").inspect
    say Visitor.authenticate_by(name: "nobody", password: "b").inspect
    say Visitor.authenticate_by(name: "w", password: "").inspect
    try { Visitor.authenticate_by(name: "w") }
    try { BCrypt::Password.new("x") }
    Visitor.find_each { |one| one.update_columns(password_digest: one.name) }
  end

  def try
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end
end
